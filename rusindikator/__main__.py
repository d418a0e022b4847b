"""`python -m rusindikator COMMAND`."""

from rusindikator.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
