"""Notebooks and scripts checked without running them: from paths to findings."""
