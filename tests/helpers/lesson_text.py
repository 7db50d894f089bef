"""A small lesson as text, for tests that change it."""

GOOD = """\
format_version = 1
title = "A small lesson"
number = 1
minutes = 3
words = ["loss"]
locked = ["seed"]
opposite = ["restart custom learning-rate=0.001", "run"]
notes = "Ask first."

[setup]
settings = "hidden-sizes=8 learning-rate=0.5 batch-size=20 epochs=2"
examples = 100
seed = 3

[[step]]
kind = "claim"
text = "The loss falls."

[[step]]
kind = "predict"
text = "Will it?"
choices = ["yes", "no"]
outcome = "a"

[[step]]
kind = "do"
text = "Train."

[[step.action]]
command = "run"
say = "train two epochs (r)"

[[step]]
kind = "look"
look = "train"
text = "The curve."

[[step]]
kind = "check"
text = "Did it?"

[[step.check]]
metric = "loss_fall"
above = 0.05
otherwise = "Train more."

[[step]]
kind = "why"
text = "Because."
"""
