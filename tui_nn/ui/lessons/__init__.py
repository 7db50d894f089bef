"""The Lessons pane: the list of lessons and challenges, and a lesson being played."""
