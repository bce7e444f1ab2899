"""`python -m briefqa` is the command `briefqa`."""

import sys

from briefqa.cli import main

sys.exit(main())
