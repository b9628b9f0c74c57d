"""How commands end, for scripts."""

OK = 0
FINDINGS = 1  # rules with findings, a test that failed, a decision that could not be made
UNREADABLE = 2  # a file, folder, setting or argument that can't be used
UNREACHABLE = 3  # the server did not answer
