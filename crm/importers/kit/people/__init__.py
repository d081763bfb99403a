"""Tables of people: what the importers of contact CSV files have in common.

A column says what it holds (`steps`), a row of such columns becomes a contact (`contacts`), and what a
contact has no field for goes into a vCard that is kept with it (`cards`). `formats` knows the headers of all
address books, because the importer of plain tables must claim none of their files.
"""
