"""How commands end, for scripts. Besides, Ctrl-C ends with 130."""

OK = 0
FAULTS = 1  # errors in rules or models, a test that failed, an application without a decision, an altered record
UNUSABLE = 2  # a file, folder, database, key, setting or option that can't be used; wrong options end so too
UNREACHABLE = 3  # the server did not answer, or could not decide now
