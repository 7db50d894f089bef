"""The formats of data files, one module for each. `reading.py` has the table and chooses the reader for a path.

A reader returns `Part`s, the arrays as the file has them, after it has checked every size. `meaning.py` turns them into a
`Dataset`: pixels from 0 to 255, labels from 0, class names, and test examples.
"""
