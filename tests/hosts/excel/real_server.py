"""On Windows: start the server as Excel does, call it through real COM, and say what it took."""

import sys

from haven import __version__
from haven.hosts.excel.addin import START, windowless
from haven.hosts.excel.probe import probe

CALLS = 200


def main():
    version, first, further = probe(START.format(python=windowless(sys.executable)), CALLS)
    print(f"Haven {version}: first answer after {first:.2f} s, then {1e3 * further:.2f} ms a call")
    sys.exit(version != __version__)


if __name__ == "__main__":
    main()
