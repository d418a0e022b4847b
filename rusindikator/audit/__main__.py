"""`python -m rusindikator.audit`."""

from .command import main

raise SystemExit(main())
