"""Lessons as data. The file of a lesson makes a claim about networks. The learner predicts, trains, and measures the claim.

A front end uses this package like this:

    lessons = load_lessons()                        # library: frozen `Lesson` objects, in the order of the list
    progress, error = load_progress()               # progress: the learner's places; `error` is a sentence, or ""
    play = progress.play(lesson)                    # play: a frozen `Play` at the learner's place
    engine = ...(start_of(lesson.setup))            # data: the `Start` of an engine for the lesson
    test = dataset_of(lesson.setup).test            # data: the test data that checks are measured on

    play = play.saw(snapshot)                       # for every snapshot of that engine; marks reached actions as done
    match play.step:                                # lesson: Claim, Predict, Do, LookAt, CheckStep or Why
        case Predict(text, choices): ...            # play = play.predict("b"); `play.may_go_on` is False until then
        case Do(text, actions): ...                 # `play.action` is the next one: send `action.command`, or let the
                                                    # learner reach the same state; `play.done` counts those that are done
        case LookAt(text, look): ...                # show `look`
        case CheckStep(): play.results(test)        # rows with .label, .bound, .shown, .mark, and .check.otherwise
    play = play.next()                              # or .previous(), .go(number), .again(), and .hint() in a challenge
    progress, error = change_progress(lambda known: known.with_play(play, test))

`play.runs` holds the last snapshot of each named run, such as "rate 3", for a chart of several runs. `play.prediction` is the
question and the chosen letter, to stand beside the outcome. `play.new_words()` are the terms that first stand in the present
step, with their explanations. `wrapped(step.text)` gives the lines of a text. In a challenge, the learner may do anything, and
the checks are measured on the newest snapshot. `progress.of(lesson)` says whether a lesson is begun or done.
"""
