//! The one hand-kept list of vendors: it makes the re-exports and the registry.

use leadsink_core::Registry;

/// A row a vendor: its feature (which is its id), the crate, its sink type.
macro_rules! vendors {
    ($($id:literal $module:ident $crate_name:ident $sink:ident;)+) => {
        $(
            #[cfg(feature = $id)]
            #[doc = concat!("The sink of `", $id, "`, its configuration and its options.")]
            #[doc(inline)]
            pub use $crate_name as $module;
        )+

        /// The vendors that are compiled in; those that are not are known by name.
        #[must_use]
        pub fn registry() -> Registry {
            let mut registry = Registry::new();
            $(
                registry.know($id);
                #[cfg(feature = $id)]
                registry.add::<$crate_name::$sink>();
            )+
            registry
        }
    };
}

vendors! {
    "enerflo" enerflo leadsink_enerflo Enerflo;
    "leadconduit" leadconduit leadsink_leadconduit LeadConduit;
    "ntherm" ntherm leadsink_ntherm Ntherm;
    "opensolar" opensolar leadsink_opensolar OpenSolar;
    "solarnexus" solarnexus leadsink_solarnexus SolarNexus;
}
