//! Several workers on one PostgreSQL server, and what may befall them: each is a process of its own, the vendors are a sandbox, and
//! what was claimed by whom is kept by the server. Each runs with a short seed and a short lease, and at its full size, with the
//! lease that is the rule, by `cargo xtask soak`.

mod cluster;
mod crew;
mod frozen;
mod network;
mod place;
mod quota;
mod server_killed;
mod slow_vendor;
mod way;
mod worker_killed;
