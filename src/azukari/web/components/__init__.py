"""What the page components are made of: widgets, parts, geometry of plots, and the gallery.

Templates lie in ``web/templates/components``, the tags in ``tags/``.
"""
