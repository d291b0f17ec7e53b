import type { Choices } from "./random.ts";

/** Where a project stands; the fields are named as Procore names them. */
export interface Place {
  readonly city: string;
  readonly stateCode: string | undefined;
  readonly countryCode: string;
  readonly county: string | undefined;
  readonly zip: string;
  readonly timeZone: string;
  readonly latitude: number;
  readonly longitude: number;
}

/** The words that one contractor's project list is made of. */
export interface Region {
  readonly places: Choices<Place>;
  readonly streets: Choices<string>;
  readonly landmarks: Choices<string>;
  readonly buildings: Choices<string>;
  /** Appended to names; the empty one leaves a name as it is. */
  readonly additions: Choices<string>;
  /** What the lots of one site are called, once every name has been used. */
  readonly lot: string;
  /** "Riverside Library" puts the landmark first, "École du Vieux-Port" the building. */
  readonly nameOrder: "landmarkFirst" | "buildingFirst";
}

type PlaceRow = readonly [
  city: string,
  stateCode: string | undefined,
  countryCode: string,
  county: string | undefined,
  zip: string,
  timeZone: string,
  latitude: number,
  longitude: number,
];

function place([city, stateCode, countryCode, county, zip, timeZone, latitude, longitude]: PlaceRow): Place {
  return { city, stateCode, countryCode, county, zip, timeZone, latitude, longitude };
}

const unitedStates: Region = {
  lot: "Lot",
  nameOrder: "landmarkFirst",
  places: [
    place(["Tacoma", "WA", "US", "Pierce", "98402", "US/Pacific", 47.2529, -122.4443]),
    place(["Carpinteria", "CA", "US", "Santa Barbara", "93013", "US/Pacific", 34.3989, -119.5185]),
    place(["La Cañada Flintridge", "CA", "US", "Los Angeles", "91011", "US/Pacific", 34.1992, -118.1879]),
    place(["Española", "NM", "US", "Rio Arriba", "87532", "US/Mountain", 35.9911, -106.0806]),
    place(["Fort Collins", "CO", "US", "Larimer", "80521", "US/Mountain", 40.5853, -105.0844]),
    place(["Duluth", "MN", "US", "Saint Louis", "55802", "US/Central", 46.7867, -92.1005]),
    place(["San Marcos", "TX", "US", "Hays", "78666", "US/Central", 29.8833, -97.9414]),
    place(["Baton Rouge", "LA", "US", undefined, "70802", "US/Central", 30.4515, -91.1871]),
    place(["Ann Arbor", "MI", "US", "Washtenaw", "48104", "US/Eastern", 42.2808, -83.743]),
    place(["Savannah", "GA", "US", "Chatham", "31401", "US/Eastern", 32.0809, -81.0912]),
    place(["Portland", "ME", "US", "Cumberland", "04101", "US/Eastern", 43.6591, -70.2568]),
    place(["Hilo", "HI", "US", "Hawaiʻi", "96720", "US/Hawaii", 19.7297, -155.09]),
  ],
  streets: [
    "Mill Street",
    "Harbor Way",
    "N 4th Avenue",
    "County Road 18",
    "Founders Parkway",
    "Avenida del Río",
    "Depot Street",
  ],
  landmarks: [
    "Riverside",
    "Cedar Hollow",
    "Piñon Ridge",
    "Lakeshore",
    "Mill Pond",
    "Harbor Point",
    "St. Brendan’s",
    "Eastgate",
    "Copper Creek",
    "Tidewater",
    "Old Foundry",
    "Granite Peak",
    "Juniper Flats",
    "Bayou Vista",
    "Two Rivers",
    "Peñasco Mesa",
    "Windward",
    "Founders",
    "Union Station",
    "Maple Grove",
  ],
  buildings: [
    "Elementary School",
    "Medical Office Building",
    "Distribution Center",
    "Parking Structure",
    "Water Treatment Plant",
    "Apartments",
    "Fire Station No. 7",
    "Public Library",
    "Data Center",
    "Light Rail Stop",
    "Bridge Replacement",
    "Senior Living",
    "Science Hall",
    "Food Hall",
    "Hotel",
    "Courthouse",
    "Transit Center",
    "Cold Storage",
    "Café & Roastery",
    "Wastewater Lift Station",
  ],
  additions: [
    "",
    " – Phase 1",
    " – Phase 2",
    " – Phase 3",
    " Renovation",
    " Addition",
    " Tenant Improvement",
    " – Seismic Retrofit",
    " Building A",
    " Building B",
    " Site Work",
    " – North Wing",
    " Core & Shell",
    " (GMP 2)",
  ],
};

const quebec: Region = {
  lot: "lot",
  nameOrder: "buildingFirst",
  places: [
    place(["Montréal", "QC", "CA", undefined, "H2Y 1C6", "Canada/Eastern", 45.5019, -73.5674]),
    place(["Québec", "QC", "CA", "La Cité-Limoilou", "G1R 4P5", "Canada/Eastern", 46.8139, -71.208]),
    place(["Trois-Rivières", "QC", "CA", undefined, "G9A 5C9", "Canada/Eastern", 46.3432, -72.5477]),
    place(["Gatineau", "QC", "CA", "Outaouais", "J8X 3R1", "Canada/Eastern", 45.4765, -75.7013]),
    place(["Moncton", "NB", "CA", "Westmorland", "E1C 4Z6", "Canada/Atlantic", 46.0878, -64.7782]),
  ],
  streets: [
    "rue Saint-Paul Ouest",
    "boulevard Laurier",
    "chemin des Érables",
    "rue du Collège",
    "montée Sainte-Thérèse",
  ],
  landmarks: [
    "Saint-Élie",
    "des Érables",
    "du Vieux-Port",
    "de l’Île-aux-Noix",
    "Sainte-Geneviève",
    "du Boisé",
    "Côte-à-Noël",
    "des Écluses",
    "Marie-Ève-Lemieux",
    "du Fleuve",
  ],
  buildings: [
    "École primaire",
    "Centre de distribution",
    "Résidence",
    "Hôpital",
    "Caserne",
    "Bibliothèque",
    "Usine de filtration",
    "Garage municipal",
    "Pont",
    "Aréna",
  ],
  additions: [
    "",
    " – phase 1",
    " – phase 2",
    " – aile nord",
    " – rénovation",
    " – mise aux normes",
    " – agrandissement",
    " – toiture",
  ],
};

const alps: Region = {
  lot: "Los",
  nameOrder: "buildingFirst",
  places: [
    place(["Zürich", "ZH", "CH", undefined, "8005", "Europe/Zurich", 47.3769, 8.5417]),
    place(["Genève", "GE", "CH", undefined, "1204", "Europe/Zurich", 46.2044, 6.1432]),
    place(["München", "BY", "DE", "Oberbayern", "80331", "Europe/Berlin", 48.1351, 11.582]),
    place(["Köln", "NW", "DE", undefined, "50667", "Europe/Berlin", 50.9375, 6.9603]),
    place(["Sankt Pölten", undefined, "AT", undefined, "3100", "Europe/Vienna", 48.2047, 15.6256]),
  ],
  streets: ["Hardstrasse", "Mühlenweg", "Am Güterbahnhof", "Rue des Bains", "Lindenallee"],
  landmarks: [
    "Seefeld",
    "Grünau",
    "Oerlikon",
    "am Mühlbach",
    "Löwenpark",
    "Güterbahnhof",
    "Süßbach",
    "Höhenweg",
    "Rheinhöfe",
    "Sankt Ägyd",
  ],
  buildings: [
    "Wohnüberbauung",
    "Schulhaus",
    "Bürogebäude",
    "Parkhaus",
    "Kläranlage",
    "Brückensanierung",
    "Spitalerweiterung",
    "Werkhof",
    "Hallenbad",
    "Rechenzentrum",
  ],
  additions: ["", " – 1. Etappe", " – 2. Etappe", " (Umbau)", " – Haus A", " – Haus B", " – Fassade", " – Tiefbau"],
};

const britishIsles: Region = {
  lot: "Plot",
  nameOrder: "landmarkFirst",
  places: [
    place(["Leeds", undefined, "GB", "West Yorkshire", "LS1 4DY", "Europe/London", 53.8008, -1.5491]),
    place(["Llanelli", undefined, "GB", "Carmarthenshire", "SA15 3AB", "Europe/London", 51.681, -4.1627]),
    place(["Dún Laoghaire", undefined, "IE", "Dublin", "A96 K7W3", "Europe/Dublin", 53.2945, -6.1336]),
    place(["Stornoway", undefined, "GB", undefined, "HS1 2XB", "Europe/London", 58.209, -6.387]),
  ],
  streets: ["Canal Street", "Heol y Bont", "Sráid na Mara", "Foundry Lane", "High Street"],
  landmarks: [
    "Ashdown",
    "Pont-y-Dŵr",
    "King’s Wharf",
    "Baile Átha",
    "Thornhill",
    "Market Cross",
    "Saltmarsh",
    "Holbeck",
  ],
  buildings: [
    "Primary School",
    "Health Centre",
    "Logistics Park",
    "Flood Defence",
    "Student Residence",
    "Leisure Centre",
    "Signal Box",
    "Town Hall",
  ],
  additions: ["", " Phase 1", " Phase 2", " Refurbishment", " Extension", " Block C", " Enabling Works"],
};

/** Region of a company by its place in the list: the first builds in the United States, the second in Canada, and so on. */
export const regions: Choices<Region> = [unitedStates, quebec, alps, britishIsles];

/** Stage names that Procore makes for a new company, the common ones more than once. */
export const stages: Choices<string> = [
  "Course of Construction",
  "Course of Construction",
  "Course of Construction",
  "Pre-Construction",
  "Pre-Construction",
  "Bidding",
  "Planning",
  "Post-Construction",
  "Warranty",
];
