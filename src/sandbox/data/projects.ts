import { newerZoneFloor, type SandboxCompany } from "./companies.ts";
import { at, between, createRandom, mix, pick, type Random } from "./random.ts";
import { regions, stages, type Place, type Region } from "./regions.ts";

/** A project as lists sort, filter and show it. */
export interface SandboxProject {
  /** Order of creation within the company, from 0. */
  readonly index: number;
  readonly id: string;
  readonly name: string;
  /** Text, leading zeros count; many projects have none. */
  readonly number: string | undefined;
  /** "1234 - Sandbox Test Project": Procore puts the number first. */
  readonly displayName: string;
  readonly active: boolean;
  readonly stage: string | undefined;
  readonly place: Place;
  readonly street: string;
  /** Epoch ms. */
  readonly createdAt: number;
  /** What sorting compares: the name without case and accents. */
  readonly sortKey: string;
}

const idFloor = 1_207_000;
const idStride = 13;
const firstCreatedAt = Date.UTC(2019, 0, 7, 15);
const lastCreatedAt = Date.UTC(2026, 5, 1, 15);

/** Ids grow with the order of creation and have gaps, as those of a shared database do. */
export function projectIdAt(seed: number, company: SandboxCompany, index: number): string {
  const jitter = mix(seed, 21, company.index, index) % idStride;
  const number = idFloor + (company.projectsBefore + index) * idStride + jitter;
  return String(company.zone === "us02" ? newerZoneFloor + number : number);
}

/** The place in its company that an id would have; whether it really is that project's id is for the caller to compare. */
export function projectIndexOf(company: SandboxCompany, id: string): number | undefined {
  if (!/^\d{1,15}$/.test(id)) return undefined;
  const number = Number(id) - (company.zone === "us02" ? newerZoneFloor : 0) - idFloor;
  const index = Math.floor(number / idStride) - company.projectsBefore;
  return index >= 0 && index < company.allProjects ? index : undefined;
}

/** Coprime with the number of names of every region, so that all are used before one comes again. */
const nameStride = 7_919;

/** Different for each project of a company: all combinations in a scattered order, then again with a lot number. */
function projectName(seed: number, company: SandboxCompany, region: Region, index: number): string {
  const { landmarks, buildings, additions } = region;
  const names = landmarks.length * buildings.length * additions.length;
  const nth = (mix(seed, 23, company.index) + index * nameStride) % names;
  const landmark = at(landmarks, nth);
  const building = at(buildings, Math.floor(nth / landmarks.length));
  const addition = at(additions, Math.floor(nth / (landmarks.length * buildings.length)));
  const [first, second] = region.nameOrder === "landmarkFirst" ? [landmark, building] : [building, landmark];
  const round = Math.floor(index / names);
  return `${first} ${second}${addition}${round === 0 ? "" : `, ${region.lot} ${round + 1}`}`;
}

function projectNumber(random: Random, index: number, year: number): string | undefined {
  const digits = String(index + 1).padStart(4, "0");
  const style = random();
  if (style < 0.15) return undefined;
  if (style < 0.6) return `${year % 100}-${digits}`;
  if (style < 0.8) return digits;
  return `${year}.${between(random, 100, 999)}`;
}

const withoutAccents = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Inactive projects lie spread among the active ones, except that the first is active. */
function isActive(company: SandboxCompany, index: number): boolean {
  const inactive = company.allProjects - company.activeProjects;
  if (inactive === 0) return true;
  const before = Math.floor((index * inactive) / company.allProjects);
  const after = Math.floor(((index + 1) * inactive) / company.allProjects);
  return after === before;
}

/** The project made `index`-th in a company; the same seed and counts give the same project. */
export function createProject(seed: number, company: SandboxCompany, index: number): SandboxProject {
  const random = createRandom(mix(seed, 22, company.index, index));
  const region = at(regions, company.index);
  const share = (index + random()) / company.allProjects;
  const createdAt = Math.floor((firstCreatedAt + share * (lastCreatedAt - firstCreatedAt)) / 1000) * 1000;
  // Every developer sandbox of Procore starts with this one (procore/documentation platform_concepts/development_environments.md).
  const isTestProject = company.index === 0 && index === 0;
  const name = isTestProject ? "Sandbox Test Project" : projectName(seed, company, region, index);
  const number = isTestProject ? "1234" : projectNumber(random, index, new Date(createdAt).getUTCFullYear());
  return {
    index,
    id: projectIdAt(seed, company, index),
    name,
    number,
    displayName: number === undefined ? name : `${number} - ${name}`,
    active: isActive(company, index),
    stage: random() < 0.1 ? undefined : pick(random, stages),
    place: pick(random, region.places),
    street: `${between(random, 1, 4_999)} ${pick(random, region.streets)}`,
    createdAt,
    sortKey: withoutAccents(name),
  };
}
