//! A vendor with a question, a note, rival fields and a setting. `FAULT` chooses what is wrong with it.

mod descriptor;
mod loose;
mod mapping;
mod response;

pub(crate) use loose::Loose;

use std::fmt;

use http::HeaderValue;
use leadsink_core::{
    Attempt, BaseUrl, Before, ConfigError, Descriptor, Field, HttpRequest, HttpResponse, HttpVendor, Lead, Outcome,
    PrepareContext, Prepared, Result, Secret, Step, Unfit, Vendor,
};
use leadsink_testkit::{SECRET_SENTINEL, Value, fixtures, json};
use serde::Deserialize;

/// Declares the faults and their numbers.
macro_rules! faults {
    ($($name:ident = $number:literal),+ $(,)?) => { $(pub(crate) const $name: u8 = $number;)+ };
}

faults! {
    NONE = 0, ROW_MISSING = 1, ROW_WITHOUT_EFFECT = 2, SECRET_IN_DEBUG = 3, SECRET_IN_REQUEST = 4, NOT_SENSITIVE = 5,
    FIELD_DROPPED = 6, NOT_DETERMINISTIC = 7, UNAUTHORIZED_IS_PERMANENT = 8, EMPTY_IS_SUCCESS = 9, PERSON_IN_ERROR = 10,
    KEY_THAT_IS_NONE = 11, KEY_NOT_MISSED = 12, INSECURE = 13, HIDDEN_RULE = 14, FORGETS_DOUBT = 15, RULE_NOT_ENFORCED = 16,
    PANICS = 17, CUTS_BYTES = 18, BAD_ID = 19, OTHER_REQUEST = 20, NO_CREDENTIAL = 21, QUESTION_IN_DOUBT = 22,
    MAPPED_AND_DROPPED = 23, ROW_OF_OTHER_FIELD = 24, SERVER_IS_PERMANENT = 25, SUCCESS_IS_PERMANENT = 26,
    NOT_FOUND_IS_PERMANENT = 27, RARE_IS_PERMANENT = 28, QUESTION_IS_PERMANENT = 29, SCREENED_IN_DOUBT = 30,
    INVALID_IN_DOUBT = 31, PERSON_UNDER_A_SETTING = 32, INSECURE_ON_THE_WAY = 33, ASKS_TO_CREATE = 34, SENDS_A_QUESTION = 35,
    FORGETS_TIMEOUT = 36, FORGETS_DEADLINE = 37, TWO_REQUESTS = 38, SECOND_IS_PERMANENT = 39, BYPASSES_CORE = 40,
    STAND_IN_NOT_SHOWN = 41, QUOTA_OF_NOBODY = 42,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    key: Option<Secret>,
    #[serde(default = "base_url")]
    base_url: String,
    #[serde(default)]
    campaign_from_lead: bool,
}

fn base_url() -> String {
    "https://api.acme.example/v1/".into()
}

pub(crate) struct Acme<const FAULT: u8> {
    key: Secret,
    base_url: url::Url,
    campaign_from_lead: bool,
}

impl<const FAULT: u8> fmt::Debug for Acme<FAULT> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Acme");
        if FAULT == SECRET_IN_DEBUG {
            debug.field("key", &self.key.expose_secret());
        }
        debug.finish_non_exhaustive()
    }
}

impl<const FAULT: u8> Vendor for Acme<FAULT> {
    const DESCRIPTOR: &'static Descriptor = &descriptor::of(FAULT);
    type Config = Config;

    fn from_config(config: Config) -> Result<Self, ConfigError> {
        let key = match config.key {
            Some(key) => key,
            None if FAULT == KEY_NOT_MISSED => Secret::new("none"),
            None => {
                return Err(ConfigError::Missing {
                    key: "key",
                    doc: "the key of the account",
                });
            }
        };
        let base_url = if FAULT == INSECURE {
            config
                .base_url
                .parse()
                .map_err(|_| ConfigError::invalid("base_url", "it is no address"))?
        } else {
            BaseUrl::parse(&config.base_url)?.as_url().clone()
        };
        Ok(Self {
            key,
            base_url,
            campaign_from_lead: config.campaign_from_lead,
        })
    }
}

impl<const FAULT: u8> HttpVendor for Acme<FAULT> {
    fn facts(&self) -> &Descriptor {
        Self::DESCRIPTOR
    }

    fn map(&self, lead: &Lead, cx: &PrepareContext) -> Result<Prepared, Unfit> {
        mapping::map(self, lead, cx)
    }

    fn authorize(&self, request: &mut HttpRequest) -> Result<()> {
        let mut key = HeaderValue::from_str(self.key.expose_secret()).expect("the sentinel is a header value");
        key.set_sensitive(FAULT != NOT_SENSITIVE);
        if FAULT != NO_CREDENTIAL {
            request.headers.insert("x-key", key);
        }
        if FAULT == INSECURE_ON_THE_WAY {
            request.url.set_scheme("http").expect("both are schemes of the web");
        }
        Ok(())
    }

    fn interpret(&self, response: &HttpResponse, prepared: &Prepared, attempt: Attempt) -> Result<Outcome> {
        let fault = match FAULT {
            PERSON_UNDER_A_SETTING if !self.campaign_from_lead => PERSON_IN_ERROR,
            fault => fault,
        };
        response::interpret(fault, response, prepared, attempt)
    }

    fn answer(&self, _: &Step, response: &HttpResponse, _: Attempt) -> Result<Before> {
        response::answer(FAULT, response)
    }
}

pub(crate) fn config() -> Value {
    json!({ "key": SECRET_SENTINEL })
}

pub(crate) fn campaign_from_lead() -> Value {
    json!({ "campaign_from_lead": true })
}

pub(crate) fn minimal_lead() -> Lead {
    fixtures::minimal_with(&[Field::LastName, Field::Phone1])
}
