"""moto's server on a free loopback port, for as long as whoever started it lives: standard input ends with its owner."""

import os
import sys
import threading

from moto.server import main


def end_with_owner() -> None:
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_owner, daemon=True).start()
main(["--host", "127.0.0.1", "--port", "0"])
