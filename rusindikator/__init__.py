"""Tools around the indicator warehouse: the register of deliveries and the demonstration deliveries."""

from importlib.util import find_spec

if find_spec("fcntl") is None:
    # locks and renames over open files are those of POSIX
    raise SystemExit(
        "rusindikator runs on Linux and macOS. On Windows, run it in WSL (https://learn.microsoft.com/windows/wsl);"
        " the published file can be opened on Windows as it is."
    )
