"""Where governance begins."""

from tests.matrix import Row

#                            anonymous outsider observer member secretary colead office hr admin
ROWS = [Row("governance", "200 200 200 200 200 200 200 200 200")]
