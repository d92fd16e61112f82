"""The tags, a file for each kind; a page loads all of them as ``components``."""
