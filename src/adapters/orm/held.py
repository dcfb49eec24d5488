"""What somebody typed, or a URL says, as a value that a column can hold.

The databases differ in what they make of the rest: one answers that no row has it, one fails, and
one fails only when it fetches. So it is told before they are asked.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import IntegerField
from django.db.models.lookups import In

from domain.given import is_storable


def can_hold(column: Any, text: str) -> bool:
    """Whether the text is a value of the column: an id, a number of its size, a moment, a line.

    Of a relation it is the column that it leads to.
    """
    if not is_storable(text):
        return False
    while column.is_relation:
        column = column.target_field
    try:
        value = column.to_python(text)
        column.run_validators(value)
        if isinstance(value, datetime):
            value.astimezone(UTC)
    except (ValidationError, ValueError, OverflowError):
        return False
    return True


@IntegerField.register_lookup
class InRange(In):
    """One of several whole numbers, those aside that no column of the size holds.

    Of ``exact`` and its like Django leaves them out itself.
    """

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        """The numbers that a column can hold."""
        if self.rhs_is_direct_value():
            column: Any = self.lhs.output_field
            least, most = connection.ops.integer_field_range(column.get_internal_type())
            self.rhs = [n for n in self.rhs if not isinstance(n, int) or least <= n <= most]
        return super().process_rhs(compiler, connection)
