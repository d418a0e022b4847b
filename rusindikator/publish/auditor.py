"""The audit's process: it checks the finished file, and shares no code with its maker."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rusindikator.publish.errors import PublishError

# A guard against an audit that hangs; no audit takes a tenth of it.
AUDIT_SECONDS = 3600
PACKAGE_PARENT = Path(__file__).resolve().parents[2]


class Auditor:
    """The audit in a process of its own, which loads while the file is written and then waits for its name."""

    def __init__(self) -> None:
        """Start the process."""
        path = os.pathsep.join(filter(None, (str(PACKAGE_PARENT), os.environ.get("PYTHONPATH"))))
        self.log = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rusindikator.audit", "--json"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            env={**os.environ, "PYTHONPATH": path},
        )

    def begin(self, file: Path) -> None:
        """Name the file; it must not change until `finish` has returned."""
        with contextlib.suppress(BrokenPipeError):  # it has ended already; finish says why
            self.process.stdin.write(str(file.resolve()).encode())
            self.process.stdin.close()
        self.process.stdin = None

    def finish(self, file: Path) -> None:
        """Wait for the answer. Raises PublishError with everything that was found."""
        try:
            output, _ = self.process.communicate(timeout=AUDIT_SECONDS)
            answer = json.loads(output)
        except (subprocess.TimeoutExpired, ValueError):
            self.stop()
            self.log.seek(0)
            last_words = self.log.read().decode("utf-8", "replace").strip()[-2000:]
            raise PublishError(
                f"The release was not published: the audit of {file} gave no answer. {last_words}"
            ) from None
        if "error" in answer:
            raise PublishError(f"The release was not published: the audit could not read {file}. {answer['error']}")
        if answer["findings"]:
            lines = [
                f"  {'.'.join(filter(None, (item['table'], item['column']))) or 'file'}: {item['problem']}"
                for item in answer["findings"]
            ]
            raise PublishError(
                f"The release was not published: the audit of {file} found {len(lines)} faults.\n" + "\n".join(lines)
            )

    def stop(self) -> None:
        """End the process if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
