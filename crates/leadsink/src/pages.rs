//! Pages for people: how the workspace is built and why, how a vendor is added, how it grows beyond one machine, and what a new
//! version asks of you.

#[doc = include_str!("../docs/architecture.md")]
pub mod architecture {}

#[doc = include_str!("../docs/adding-a-vendor.md")]
pub mod adding_a_vendor {
    #[doc = include_str!("../docs/adding-a-vendor/mapping.md")]
    pub mod mapping {}

    #[doc = include_str!("../docs/adding-a-vendor/proof.md")]
    pub mod proof {}

    #[doc = include_str!("../docs/adding-a-vendor/everywhere.md")]
    pub mod everywhere {}
}

#[doc = include_str!("../docs/scaling.md")]
pub mod scaling {}

#[doc = include_str!("../docs/upgrading.md")]
pub mod upgrading {}
