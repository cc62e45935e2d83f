"""The steps of the tour, in their order; the first line of each one's docstring is its name."""

from tests.tour.steps.approving import approve
from tests.tour.steps.changing import change
from tests.tour.steps.finding import find
from tests.tour.steps.importing import bring
from tests.tour.steps.inviting import invite
from tests.tour.steps.mending import mend
from tests.tour.steps.reporting import write
from tests.tour.steps.translating import translate
from tests.tour.steps.withdrawing import withdraw

STEPS = (invite, write, approve, translate, find, mend, change, withdraw, bring)
