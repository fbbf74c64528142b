"""Django forms drawn with the GOV.UK Design System.

A form that inherits from `govuk.Form` or `govuk.ModelForm` can be put on a page
as it is: every field brings its label, hint, "why we ask", error and what was typed.
"""

from accounts.govuk.dates import DateField, DateWidget
from accounts.govuk.errors import faults
from accounts.govuk.forms import Form, ModelForm, questions
from accounts.govuk.looks import Look
from accounts.govuk.macros import GOVUK

__all__ = ["GOVUK", "DateField", "DateWidget", "Form", "Look", "ModelForm", "faults", "questions"]
