//! The file reader: bytes of an export in, one [`Row`] after another out. It holds one record and a block of text at a
//! time, never the file.

mod assemble;
mod begin;
mod cells;
mod columns;
mod csv;
mod decode;
mod delimiter;
mod duplicates;
mod encoding;
mod error;
mod fields;
mod flatten;
mod identity;
mod json;
mod layout;
mod mapping;
mod options;
mod reader;
mod records;
mod row;
mod sample;
mod source;
mod window;

pub use error::{ReadError, ReadErrorKind};
pub use layout::{Column, Layout};
pub use mapping::{MappingError, MappingProblem, parse_mapping_file};
pub use options::{Delimiter, Duplicates, Encoding, Format, ReadOptions, Target, UnknownName};
pub use reader::{LeadReader, open, read};
pub use row::{Record, Row, RowNote, RowOutcome, Summary};
