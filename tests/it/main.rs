//! Tests from outside: the command line, and the shape of the sources.

mod api_names;
mod command;
mod diff;
mod drift;
mod dry_run;
mod explain;
mod help;
mod hostile;
mod imports;
mod init;
mod list;
mod merge;
mod profiles;
mod prove;
mod repro;
mod run;
mod samples;
mod serve;
mod servers;
mod side_by_side;
mod signoff;
mod sources;
mod usage;
mod waivers;
mod ways;
mod whole_in_parts;
