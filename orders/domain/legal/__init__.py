"""The legal clock: what the law of the customer's country asks of a shop that cannot deliver, as data and as dates.

Information for a merchant, not advice. Pure: no database, no settings. Everything is counted in calendar days of the
customer's time zone: the day of the event is day 0, the last day ends at 24:00. A rule marked doubtful shows both
of its readings and never moves money by itself; a rate that is not in the dated table is refused, not guessed.
"""
