"""The audit of a release file: what must hold before anybody reads it, checked by somebody who did not make it.

It sees the finished file only, runs in a process of its own (`python -m rusindikator.audit FILE`), and imports nothing
from the rest of the package: what a release must look like is written down here a second time, as SQL over the file.

    contents.py     the file: storage, tables, descriptions, what else can lie in it
    values.py       the values: a list of (table, column, SQL of a row that breaks it, words)
    promises.py     what the catalogue and the tables of the report promise, as such checks
    privacy.py      personal data in columns, cells, comments and numbers
    small_cells.py  figures about few persons
    command.py      the command line, and the answer in JSON that publishing waits for

second_opinion.py is the audit by other means, Great Expectations; nothing here imports it.
"""

from .command import audit_file, main, report
from .finding import Finding

__all__ = ["Finding", "audit_file", "main", "report"]
