"""The same detector on larger and larger images, where background outnumbers objects more.

`plan` says what is run, `jobs` what is left to run, `run` runs it, `recorded` reads what was run.
"""
