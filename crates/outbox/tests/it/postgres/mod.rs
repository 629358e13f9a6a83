//! What only the store on PostgreSQL does. The server is that of `cargo xtask test`.

pub(crate) mod bed;
mod broken;
pub(crate) mod lab;
mod lease;
mod server;
mod several;
mod tls;

pub(crate) use bed::PostgresBed;
