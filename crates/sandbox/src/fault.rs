//! The faults: what each does to one exchange, and how each is spelled in a header, a plan or a script.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Names the request header that asks for a fault; its value is one [`Fault`] or several, separated by commas.
pub const FAULT_HEADER: &str = "x-sandbox-fault";

/// Says how the sandbox spoils one exchange.
///
/// Read each variant with one question in mind: does the vendor have the lead afterwards? Where it
/// was *taken*, a repeated request meets a duplicate; where it was not, a repeat is harmless.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// `none`: answers as if there were no fault, whatever script or rate would have struck.
    None,
    /// `latency=250ms`: processes the request at once and answers late. Taken.
    Latency(Duration),
    /// `400`: refuses the request in the vendor's own words. Not taken.
    BadRequest,
    /// `400-doc`: answers 400 with the vendor document's sample as it is printed, broken JSON included. Not taken.
    BadRequestAsPrinted,
    /// `401`: refuses the credentials, however right they are. Not taken.
    Unauthorized,
    /// `402`: refuses the request since the account's plan or purse does not cover it. Not taken.
    PaymentRequired,
    /// `429` or `429;retry-after=2`: sends the client away for so many seconds (1 unless told). Not taken.
    TooManyRequests {
        /// Seconds for the `Retry-After` header.
        retry_after: u32,
    },
    /// `500`: fails before anything was processed. Not taken, which the client cannot know.
    ServerError,
    /// `502`: answers as a gateway that could not reach the vendor. Not taken, which the client cannot know.
    BadGateway,
    /// `503` or `503;retry-after=2`: answers as a vendor under maintenance. Not taken.
    Unavailable {
        /// Seconds for the `Retry-After` header; without them there is no such header.
        retry_after: Option<u32>,
    },
    /// `504`: answers as a gateway that gave up; the request never reached the vendor. Not taken.
    GatewayTimeout,
    /// `504-after`: the same answer, but the vendor has processed the request. Taken.
    GatewayTimeoutAfter,
    /// `html`: answers 200 with an HTML page, as a login page or a proxy does. Not taken.
    Html,
    /// `truncated`: answers with the vendor's status and a complete message whose JSON stops halfway. Taken.
    Truncated,
    /// `cut`: promises the whole answer in `Content-Length` and closes the connection halfway. Taken.
    Cut,
    /// `reset-before`: resets the connection once the headers were read. Not taken, and not recorded.
    ResetBefore,
    /// `reset-after`: processes the request and resets the connection in place of an answer. Taken.
    ResetAfter,
    /// `hang`: processes the request and never answers; ends when the client or the sandbox goes. Taken.
    Hang,
}

impl Fault {
    /// Tells whether the vendor processes the request that this fault strikes.
    #[must_use]
    pub const fn is_processed(self) -> bool {
        matches!(
            self,
            Self::None
                | Self::Latency(_)
                | Self::GatewayTimeoutAfter
                | Self::Truncated
                | Self::Cut
                | Self::ResetAfter
                | Self::Hang
        )
    }

    /// Reads a list of faults, separated by commas, as it stands in the [`FAULT_HEADER`].
    ///
    /// # Errors
    ///
    /// Names the first item that is no fault.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, ParseFaultError> {
        text.split(',').map(|item| item.trim().parse()).collect()
    }
}

/// Spells the fault as it is parsed.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Latency(delay) => write!(f, "latency={}ms", delay.as_millis()),
            Self::BadRequest => f.write_str("400"),
            Self::BadRequestAsPrinted => f.write_str("400-doc"),
            Self::Unauthorized => f.write_str("401"),
            Self::PaymentRequired => f.write_str("402"),
            Self::TooManyRequests { retry_after } => write!(f, "429;retry-after={retry_after}"),
            Self::ServerError => f.write_str("500"),
            Self::BadGateway => f.write_str("502"),
            Self::Unavailable { retry_after: None } => f.write_str("503"),
            Self::Unavailable {
                retry_after: Some(seconds),
            } => {
                write!(f, "503;retry-after={seconds}")
            }
            Self::GatewayTimeout => f.write_str("504"),
            Self::GatewayTimeoutAfter => f.write_str("504-after"),
            Self::Html => f.write_str("html"),
            Self::Truncated => f.write_str("truncated"),
            Self::Cut => f.write_str("cut"),
            Self::ResetBefore => f.write_str("reset-before"),
            Self::ResetAfter => f.write_str("reset-after"),
            Self::Hang => f.write_str("hang"),
        }
    }
}

impl FromStr for Fault {
    type Err = ParseFaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || ParseFaultError(text.to_owned());
        let (name, retry_after) = match text.split_once(";") {
            None => (text, None),
            Some((name, option)) => {
                let seconds = option.trim().strip_prefix("retry-after=").ok_or_else(unknown)?;
                (name.trim(), Some(seconds.parse::<u32>().map_err(|_| unknown())?))
            }
        };
        match (name, retry_after) {
            ("429", _) => {
                return Ok(Self::TooManyRequests {
                    retry_after: retry_after.unwrap_or(1),
                });
            }
            ("503", _) => return Ok(Self::Unavailable { retry_after }),
            (_, Some(_)) => return Err(unknown()),
            _ => {}
        }
        Ok(match name {
            "none" => Self::None,
            "400" => Self::BadRequest,
            "400-doc" => Self::BadRequestAsPrinted,
            "401" => Self::Unauthorized,
            "402" => Self::PaymentRequired,
            "500" => Self::ServerError,
            "502" => Self::BadGateway,
            "504" => Self::GatewayTimeout,
            "504-after" => Self::GatewayTimeoutAfter,
            "html" => Self::Html,
            "truncated" => Self::Truncated,
            "cut" => Self::Cut,
            "reset-before" => Self::ResetBefore,
            "reset-after" => Self::ResetAfter,
            "hang" => Self::Hang,
            _ => {
                let delay = name.strip_prefix("latency=").and_then(delay).ok_or_else(unknown)?;
                Self::Latency(delay)
            }
        })
    }
}

/// Reads `250`, `250ms` or `2s`; a bare number counts milliseconds.
fn delay(text: &str) -> Option<Duration> {
    if let Some(millis) = text.strip_suffix("ms") {
        return millis.parse().ok().map(Duration::from_millis);
    }
    if let Some(seconds) = text.strip_suffix('s') {
        return seconds.parse().ok().map(Duration::from_secs);
    }
    text.parse().ok().map(Duration::from_millis)
}

/// Says that a text names no fault, or that a plan does not add up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown fault `{0}`; available: none, latency=MS, 400, 400-doc, 401, 402, 429[;retry-after=S], 500, 502, \
     503[;retry-after=S], 504, 504-after, html, truncated, cut, reset-before, reset-after, hang"
)]
pub struct ParseFaultError(pub(crate) String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_parsed_as_it_is_displayed() {
        let all = "none latency=250ms 400 400-doc 401 402 429;retry-after=2 500 502 503 503;retry-after=7 504 \
                   504-after html truncated cut reset-before reset-after hang";
        for text in all.split(' ') {
            assert_eq!(text.parse::<Fault>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn short_spellings_are_understood() {
        assert_eq!("latency=250".parse(), Ok(Fault::Latency(Duration::from_millis(250))));
        assert_eq!("latency=2s".parse(), Ok(Fault::Latency(Duration::from_secs(2))));
        assert_eq!("429".parse(), Ok(Fault::TooManyRequests { retry_after: 1 }));
        assert_eq!(
            Fault::parse_list("latency=5, 503"),
            Ok(vec![
                Fault::Latency(Duration::from_millis(5)),
                Fault::Unavailable { retry_after: None }
            ])
        );
    }

    #[test]
    fn nonsense_is_refused_with_the_list_of_faults() {
        for text in [
            "",
            "418",
            "latency",
            "latency=soon",
            "500;retry-after=1",
            "429;retry-after=x",
        ] {
            let error = text.parse::<Fault>().unwrap_err();
            assert!(
                error
                    .to_string()
                    .starts_with(&format!("unknown fault `{text}`; available: none"))
            );
        }
    }
}
