//! The sandbox over the wire: every rule of the documents, every fault, what is kept and what is called back.

#[cfg(test)]
mod callbacks;
#[cfg(test)]
mod client;
#[cfg(test)]
mod control;
#[cfg(test)]
mod enerflo;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod leadconduit;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod load;
#[cfg(test)]
mod ntherm;
#[cfg(test)]
mod opensolar;
#[cfg(test)]
mod solarnexus;
