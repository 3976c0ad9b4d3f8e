using Fuzz;
using Fuzz.Targets;

int seconds = 120;
int seed = Environment.TickCount & 0xFFFFFF;
string? only = null;
for (int i = 0; i + 1 < args.Length; i += 2)
{
    switch (args[i])
    {
        case "--seconds" when int.TryParse(args[i + 1], out seconds) && seconds > 0:
        case "--seed" when int.TryParse(args[i + 1], out seed):
            break;
        case "--only":
            only = args[i + 1];
            break;
        default:
            Console.Error.WriteLine("usage: fuzz [--seconds N] [--seed N] [--only TARGET]");
            return 2;
    }
}

IFuzzTarget[] targets =
[
    new FrameTarget(), new PacketTarget(), new DatagramTarget(), new HelloTarget(), new TokenTarget(), new LaneTarget(),
    new MessagePackTarget(), new LogTarget(),
];
if (only is not null)
{
    targets = [.. targets.Where(target => target.Name == only)];
}

Console.WriteLine($"fuzz: {targets.Length} targets, {seconds} s, seed: {seed}");
int passed = 0;
int failed = 0;
foreach (IFuzzTarget target in targets)
{
    string folder = Path.Combine(AppContext.BaseDirectory, "corpus", target.Name);
    IEnumerable<byte[]> corpus = Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)
        : [];
    var fuzzer = new Fuzzer(target, seed);
    string? failure = fuzzer.Run([.. corpus], TimeSpan.FromSeconds((double)seconds / targets.Length));
    Console.WriteLine($"  {target.Name,-12} {fuzzer.Inputs,12:N0} inputs, {fuzzer.Accepted,12:N0} accepted  {(failure is null ? "ok" : "FAILED")}");
    if (failure is null)
    {
        passed++;
        continue;
    }

    failed++;
    Console.WriteLine(failure);
    Console.WriteLine($"again: make fuzz, or dotnet run -c Release --project tests/Fuzz -- --only {target.Name} --seed {seed}");
    Console.WriteLine($"keep the input as a file in tests/Fuzz/corpus/{target.Name}/ once it is mended");
}

Console.WriteLine($"{passed} passed, {failed} failed");
return failed == 0 ? 0 : 1;
