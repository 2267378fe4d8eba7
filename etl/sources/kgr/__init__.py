"""The Hungarian treasury's KGR-K11 budget report: a workbook with one form ("űrlap") per sheet.

Forms 01 expenditure (K1-K8), 02 revenue (B1-B7), 03 and 04 financing (K9, B8), 05 and 06 all of these by government
function, 07 the result. Rows come from the lowest lines of 01 to 06; totals, "ebből" lines and form 07 only check them.
"""
