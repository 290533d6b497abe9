"""`python -m shapecheck`."""
from shapecheck.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
