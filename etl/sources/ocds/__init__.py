"""Open Contracting Data Standard: releases compiled into current records, their contracts and amendments as rows."""
