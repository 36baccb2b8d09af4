"""The rules of item writing: pure functions over items, quizzes and courses.

One module a family; `thresholds` holds every number. `docs/linting.md` lists the rules by their ids.
"""
