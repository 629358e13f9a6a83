//! Headers of the home: its energy, the building and whose it is.

use leadsink_core::Field::*;

use super::Meaning;

pub(super) const HOME: &[(Meaning, &str)] = &[
    (
        Meaning::Field(ElectricProvider),
        "electricprovider utilitycompany utilityprovider utility electriccompany electricutility powercompany \
         electricitycompany electricityprovider energyprovider energycompany utilityelectriccompanyname \
         currentutilitycompany electricutilitycompany electricutilityprovider powerprovider \
         currentutilityprovider utilityname companiadeluz electricsupplier",
    ),
    (
        Meaning::Field(ElectricBill),
        "electricbill averagemonthlybill monthlybill monthlyelectricbill averageelectricbill electricitybill \
         powerbill energybill utilitybill monthlyelectricitybill averagemonthlyelectricbill avgmonthlybill \
         monthlypowerbill monthlyutilitybill averagebill avgbill bill billamount utilityelectricmonthlyamount \
         averageelectricitybill currentelectricbill monthlyenergybill averageutilitybill averagepowerbill \
         electricbillamount averagemonthlyelectricitybill monthlyelectriccost avgelectricbill electricmonthlybill \
         stromrechnung reciboluz averagemonthlyutilitybill averagemonthlypowerbill averagemonthlyenergybill \
         electricmonthlyamount monthlyelectricspend",
    ),
    (
        Meaning::Field(ElectricUsage),
        "electricusage monthlyusage monthlykwh kwh kwhusage kwhpermonth energyusage monthlyenergyusage \
         averagemonthlyusage electricityusage averageusage usage usagekwh monthlyusagekwh averagemonthlykwh",
    ),
    (Meaning::Field(GasProvider), "gasprovider gascompany gasutility"),
    (Meaning::Field(GasBill), "gasbill monthlygasbill averagegasbill"),
    (Meaning::Field(Sector), "sector customertype residentialorcommercial"),
    (Meaning::Field(ConstructionType), "constructiontype"),
    (
        Meaning::Field(Ownership),
        "ownership homeowner ownhome ownorrent rentorown homeownership homeownershipstatus homeownerstatus \
         areyouahomeowner areyouthehomeowner doyouownyourhome doyouownthehome currentlyrentorown modernizeownhome \
         ownhouse ownerstatus ownershipstatus ownsorrents ownsproperty ownproperty propertyownership \
         isthehomeowner ishomeowner areyouhomeowner ownrent ownerorrenter residenceownership ownyourhome \
         ownshome ownshouse ownsahome ownsthehome ownsyourhome rentown isowner isahomeowner isownerofhome homeowned",
    ),
    (
        Meaning::Field(RoofType),
        "rooftype roof typeofroof roofmaterial propertyrooftype roofingmaterial roofingtype",
    ),
    (
        Meaning::Field(Storeys),
        "storeys stories numberofstories numberofstoreys homestories floors",
    ),
    (
        Meaning::Field(YearBuilt),
        "yearbuilt propertyyearbuilt builtin yearhomebuilt homeyearbuilt",
    ),
    (
        Meaning::Field(SquareFeet),
        "squarefeet sqft squarefootage propertysquarefeet homesize livingarea homesquarefootage homesqft",
    ),
    (
        Meaning::Field(SunExposure),
        "sunexposure propertysunexposure roofshade shade shading roofshading sunlight roofsunexposure",
    ),
];
