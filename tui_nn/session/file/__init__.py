"""Run files: the writer, and a reader that checks everything before it uses it.

`runs` says what a file contains and has `save_run` and `load_run`, and `archive` puts it on the disk.
"""
