"""漏えい等対応: an incident from the day it is noticed until all is done (番号法 第29条の4)."""
