"""The review workflows: definitions that are checked and compiled, and an engine that runs them. No I/O.

`schema` and its neighbours check a definition, `compiler` and `linter` its graph; `engine` runs it on a `Run`. What
reads and writes records is `emulator.areas.workflow`.
"""
