"""The user's source text: expressions, calls, positions. Standard library only."""
