"""Two sites and two workers behind nginx, each killed once: ``python -m tests.scale``, which is `make scale`.

A real PostgreSQL, Redis, S3-compatible store and nginx (by the files in ``deploy``); each site has a folder of its own,
as on a machine of its own. Editors write, publish, withdraw and upload, readers read and report, all through nginx,
while each of the four processes is killed and started again, the Redis emptied and killed, and the store killed. In the
end all that was answered as done is looked for, and all that readers saw was compared with what they had to see.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.scale.services import running  # noqa: E402


def main() -> int:
    """Run it, print the table, and return 0 where nothing was lost and nothing stale."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--between", type=float, default=15, help="seconds between two disturbances")
    parser.add_argument("--folder", type=Path, help="keep logs and data in this new folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, running(options.folder or Path(temporary)) as services:
        # Here too, to ask the database: in a folder of its own.
        os.environ.update(services.environment)
        os.chdir(options.folder or temporary)
        import django  # noqa: PLC0415 - the environment has to be set first

        django.setup()
        from tests.scale.trial import Trial  # noqa: PLC0415

        return Trial(services, options.between).run()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
