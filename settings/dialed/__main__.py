"""`python -m dialed`: the command line."""

import sys

from dialed.command_line import main

sys.exit(main())
