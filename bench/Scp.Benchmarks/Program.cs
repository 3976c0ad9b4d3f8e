using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;
using Scp.Benchmarks;

string? jsonPath = args is ["--json", var path, ..] ? path : null;
string artifacts = Path.Combine(AppContext.BaseDirectory, "BenchmarkDotNet.Artifacts");

// In process: what is measured is built once, by the solution, with the settings that users get.
ManualConfig config = ManualConfig.CreateEmpty()
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
        .WithWarmupCount(4).WithIterationCount(10).WithIterationTime(TimeInterval.FromMilliseconds(250)))
    .AddLogger(NullLogger.Instance)
    .WithArtifactsPath(artifacts);

var report = new BenchReport();
foreach (Type type in new[] { typeof(DatagramBenchmarks), typeof(SessionBenchmarks), typeof(MessagePackBenchmarks) })
{
    Console.Error.WriteLine($"measuring {type.Name} ...");
    Summary summary = BenchmarkRunner.Run(type, config);
    report.Add(summary);
}

report.Print(Console.Out);
if (jsonPath is not null)
{
    report.WriteJson(jsonPath);
}

return report.CheckAllocations(BenchReport.FindBaselines(), Console.Error) ? 0 : 1;
