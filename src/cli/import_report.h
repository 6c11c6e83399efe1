#pragma once
/* bihuan import FILE --report F.json without a store: reads a division document and accounts for it. */

// argv[0] is the word "import". Exit codes: 0 everything is certain, 1 something is to confirm (the
// report is written all the same), 2 usage, or the file cannot be read. Messages go to standard
// error, the summary to standard output.
int import_report(int argc, char **argv);
