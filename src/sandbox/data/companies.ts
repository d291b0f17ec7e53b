import { between, createRandom, mix, pick, type Choices } from "./random.ts";

export interface SandboxCompany {
  /** Place in the list, from 0; decides region, zone and sizes. */
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly isActive: boolean;
  /** Free companies are left out of the list unless asked for. */
  readonly isFree: boolean;
  readonly pcnBusinessExperience: boolean | undefined;
  /** Zone as `company_base_url` names it; ids of newer zones have 15 digits. */
  readonly zone: "us01" | "us02";
  /** Projects that a list shows by default. */
  readonly activeProjects: number;
  /** Active and inactive ones together. */
  readonly allProjects: number;
  /** How many projects the companies before this one have. */
  readonly projectsBefore: number;
}

export interface CompanyCounts {
  readonly companies: number;
  /** Active projects of each company; when undefined the sizes differ. */
  readonly projects: number | undefined;
}

const knownNames = [
  "Ironbridge & Vale Builders",
  "Constructions Beauséjour ltée",
  "Löwenstein Hoch- und Tiefbau AG",
  "Kestrel Civil Works",
];
const founders: Choices<string> = [
  "Ashworth",
  "Dufresne",
  "Ó Súilleabháin",
  "Marchetti",
  "Nakagawa",
  "Sjöberg",
  "Whitfield",
  "Yılmaz",
  "Zając",
];
const trades: Choices<string> = [
  "Builders",
  "Civil",
  "Contracting",
  "Construction Group",
  "Concrete",
  "Mechanical",
  "General Contractors",
];

/** 2^49 plus a small number is what ids of newer zones look like. */
export const newerZoneFloor = 562_949_953_421_312;

const knownSizes = [1_048, 24, 310, 0];

function companyName(seed: number, index: number): string {
  const random = createRandom(mix(seed, 11, index));
  return (
    knownNames[index] ?? `${pick(random, founders)} & ${pick(random, founders)} ${pick(random, trades)} ${index + 1}`
  );
}

/** Every sixteenth project more is an inactive one, so that "active only" can be seen to matter. */
const inactiveFor = (active: number): number => Math.ceil(active / 16);

/** The companies of a seed, and one free company after them. */
export function createCompanies(seed: number, counts: CompanyCounts): readonly SandboxCompany[] {
  const companies: SandboxCompany[] = [];
  let projectsBefore = 0;
  for (let index = 0; index <= counts.companies; index++) {
    const random = createRandom(mix(seed, 12, index));
    const isFree = index === counts.companies;
    const number = 4_000_000 + between(random, 0, 9_999) * 100 + (index % 100) + Math.floor(index / 100) * 1_000_000;
    // The second company lives in a newer zone: its ids do not fit 32 bits.
    const zone = index % 4 === 1 ? "us02" : "us01";
    const active = isFree ? 0 : (counts.projects ?? knownSizes[index] ?? between(random, 3, 400));
    companies.push({
      index,
      id: String(zone === "us02" ? newerZoneFloor + number : number),
      name: isFree ? "Gravel & Grace Landscaping" : companyName(seed, index),
      isActive: index === 0 || index % 5 !== 4,
      isFree,
      pcnBusinessExperience: random() < 0.4 ? undefined : random() < 0.5,
      zone,
      activeProjects: active,
      allProjects: active + inactiveFor(active),
      projectsBefore,
    });
    projectsBefore += active + inactiveFor(active);
  }
  return companies;
}
