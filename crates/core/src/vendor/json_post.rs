//! The request that most vendors take: JSON, posted to one address. What is the same for every lead is built once.

use bytes::Bytes;
use serde::Serialize;
use url::Url;

use crate::delivery::{Draft, Problem};

/// Posts JSON to one address. A sink makes it once, and a request from it for each lead.
///
/// ```
/// use leadsink_core::JsonPost;
///
/// let leads = JsonPost::new("https://api.example.com/leads".parse().unwrap());
/// let draft = leads.draft(&["a", "b"], 16)?;
/// assert_eq!(&draft.body[..], br#"["a","b"]"#);
/// # Ok::<(), leadsink_core::Problem>(())
/// ```
#[derive(Clone, Debug)]
pub struct JsonPost(Draft);

impl JsonPost {
    /// Requests to this address.
    #[must_use]
    pub fn new(url: Url) -> Self {
        Self(Draft::post_json(url, Bytes::new()))
    }

    /// The address.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.0.url
    }

    /// A request with this body, encoded once. The better the guess of its `size` in bytes, the less is copied.
    ///
    /// # Errors
    /// When the body cannot be written as JSON.
    pub fn draft(&self, body: &impl Serialize, size: usize) -> Result<Draft, Problem> {
        let mut bytes = Vec::with_capacity(size);
        serde_json::to_writer(&mut bytes, body)
            .map_err(|_| Problem::new("encoding", "the lead cannot be written as JSON"))?;
        let mut draft = self.0.clone();
        draft.body = bytes.into();
        Ok(draft)
    }
}
