"""Is a row's result the same alone and in a batch? Exact tests first, measured noise second.

The method and its margins: `docs/consistency.md`.
"""
