"""Who is still a customer, how often they will order and what they will spend: models fitted to order histories. Pure.

Not here: where histories come from and how the answers are shown (reports/questions/churn, reports/scoring.py).
"""
